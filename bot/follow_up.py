"""Whether a message in the middle of a conversation only carries on what was said before.

The classifier sees one message by itself, and was trained on first messages mostly. Someone who has just been answered tells more
("sinds maart wonen de jongens bij mij"): the same words that would be a question of their own at the start. So the odds of a
follow-up are raised once a subject is known, as a change of prior in Bayes' rule.
"""

from __future__ import annotations

from typing import Any, Mapping

PRIOR_ODDS = 8.0
"""How much likelier a follow-up is after an answer than among the training messages. Of those about 1 in 10 is a follow-up
(odds 0.1); of the turns after the first in our own played conversations about half (odds 1)."""

SUBJECT = ("organisatie", "onderwerp", "laatste")
"""Facts that show that something was asked and answered before."""

OWN_MEANING = ("crisis", "mens")
"""Outcomes that are never taken for a detail: danger, and the wish for a human."""


def carries_on(understanding: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether the message is taken as a detail of what was asked before.

    Args:
        understanding: result of the understanding of this message alone.
        facts: what is known of the conversation.
    """
    if understanding.get("vervolg"):
        return True
    if understanding.get("uitkomst") in OWN_MEANING or not any(facts.get(name) for name in SUBJECT):
        return False
    follows = float(understanding.get("vervolg_score") or 0.0)
    alone = float(understanding.get("score") or 0.0) * (1.0 - follows)
    return follows * PRIOR_ODDS > alone
