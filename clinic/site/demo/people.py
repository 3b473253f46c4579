"""The demo's invented patients and what some of them wrote afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invented:
    """A person who does not exist."""

    name: str
    called: str
    born: str
    sex: str
    language: str = "en"


PATIENTS = (
    Invented("Mei Ling Wong", "Mei Ling", "1992-04-15", "female"),
    Invented("Chan Tai Man", "Tai Man", "1985-09-02", "male", "zh-hant"),
    Invented("Joyce Leung", "Joyce", "1998-12-21", "female"),
    Invented("Priya Nair", "Priya", "1990-07-08", "female"),
    Invented("Lau Siu Fung", "Siu Fung", "1979-03-30", "female", "zh-hant"),
    Invented("Daniel Okafor", "Daniel", "1988-01-17", "male"),
    Invented("Ho Ka Yan", "Ka Yan", "2001-05-11", "female", "zh-hant"),
    Invented("Emma Fischer", "Emma", "1995-10-25", "female"),
    Invented("Ng Wing Sze", "Wing Sze", "1983-06-06", "female", "zh-hant"),
    Invented("Marcus Tan", "Marcus", "1991-02-14", "male"),
    Invented("Kwok Hoi Ching", "Hoi Ching", "1996-08-19", "female", "zh-hant"),
    Invented("Aisha Rahman", "Aisha", "1987-11-03", "female"),
    Invented("Tsang Chi Ho", "Chi Ho", "1993-03-12", "male", "zh-hant"),
    Invented("Sophie Laurent", "Sophie", "1976-05-28", "female"),
    Invented("Yuen Man Yee", "Man Yee", "1989-09-17", "female", "zh-hant"),
    Invented("Hannah Cheng", "Hannah", "2000-01-05", "female"),
    Invented("Rohan Mehta", "Rohan", "1982-12-09", "male"),
    Invented("Fung Lai Kuen", "Lai Kuen", "1971-04-22", "female", "zh-hant"),
    Invented("Grace Adeyemi", "Grace", "1994-06-30", "female"),
    Invented("Lee Pui Shan", "Pui Shan", "1999-10-10", "female", "zh-hant"),
    Invented("Oliver Brandt", "Oliver", "1986-07-24", "male"),
    Invented("Cheung Yat Long", "Yat Long", "2002-02-02", "male", "zh-hant"),
    Invented("Isabel Moreno", "Isabel", "1980-11-29", "female"),
    Invented("Poon Sum Yi", "Sum Yi", "1997-03-03", "female", "zh-hant"),
)
