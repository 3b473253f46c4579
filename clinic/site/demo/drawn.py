"""Skin that is drawn, not photographed: the pictures of the demo's examples, which say so in the picture."""

from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIZE = (1200, 900)
MARK = "example, drawn"
# Types I to VI, as the skin strip shows them.
TONES = ("#f6dcc8", "#ecc3a1", "#d9a06f", "#b97a47", "#84502c", "#4a2c1c")
PORES = 420


@dataclass(frozen=True)
class Patch:
    """A patch of somebody's cheek: its skin type from 1 to 6, and a number that makes it its own."""

    phototype: int
    number: int

    def drawn(self, pores: float) -> bytes:
        """The patch with pores of this size, 1 for as they were at first: always the same JPEG for the same numbers."""
        skin = _skin(TONES[self.phototype - 1], Random(self.number))  # noqa: S311  a drawing, no secret
        skin = ImageChops.multiply(skin, _shade(Random(self.number), pores))  # noqa: S311
        _mark(skin)
        out = BytesIO()
        skin.save(out, "JPEG", quality=88)
        return out.getvalue()


def _skin(tone: str, chance: Random) -> Image.Image:
    """Even skin with soft patches a little redder or darker than the rest."""
    skin = Image.new("RGB", SIZE, tone)
    blush = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(blush)
    for _ in range(14):
        x, y, wide = chance.randint(0, SIZE[0]), chance.randint(0, SIZE[1]), chance.randint(120, 340)
        pen.ellipse((x - wide, y - wide, x + wide, y + wide), fill=(254, 244 - chance.randint(0, 10), 240))
    return ImageChops.multiply(skin, blush.filter(ImageFilter.GaussianBlur(90)))


def _shade(chance: Random, pores: float) -> Image.Image:
    """The shadow of the pores, densest towards the nose at the left; where they are does not change with their size."""
    shade = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(shade)
    for _ in range(PORES):
        x, y = int(abs(chance.gauss(0, 0.42)) * SIZE[0]), chance.randint(0, SIZE[1])
        size = (3 + 9 * chance.random()) * pores
        dark = 150 + int(60 * chance.random())
        pen.ellipse((x - size, y - size * 1.3, x + size, y + size * 1.3), fill=(dark, dark - 12, dark - 16))
    return shade.filter(ImageFilter.GaussianBlur(2.5))


def _mark(picture: Image.Image) -> None:
    """Say in the picture what it is, where no frame cuts it off."""
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(88)
    left, top, right, bottom = pen.textbbox((60, 60), MARK, font=font)
    pen.rectangle((left - 20, top - 16, right + 20, bottom + 16), fill="white")
    pen.text((60, 60), MARK, fill="#1b1524", font=font)
