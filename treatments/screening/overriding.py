"""Verdicts once a practitioner has judged some findings otherwise; what the rules said stays as it was."""

from collections.abc import Mapping
from dataclasses import replace

from treatments.codes import Level, TreatmentCode
from treatments.screening.evaluation import Finding, Verdict, verdict_of


def overridden(verdicts: Mapping[TreatmentCode, Verdict], levels: Mapping[str, Level]) -> dict[TreatmentCode, Verdict]:
    """The verdicts with the findings of these rules at other levels, by rule id; rules that did not fire stay silent.

    Who makes a finding a wait gives no date, so that wait is open-ended; a finding that is no wait any more has none.
    """
    return {
        code: verdict_of(_at(finding, levels.get(finding.rule_id, finding.level)) for finding in verdict.findings)
        for code, verdict in verdicts.items()
    }


def _at(finding: Finding, level: Level) -> Finding:
    if level is finding.level:
        return finding
    return replace(finding, level=level, earliest_date=None, open_ended=level is Level.DEFER)
