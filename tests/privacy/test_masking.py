"""What may be kept of a message."""

from pathlib import Path

import pytest
import yaml

from loket.privacy.masking import mask

CASES = yaml.safe_load(Path(__file__).with_name("masking.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("message", "kept"), CASES)
def test_message_is_kept_without_its_secrets(message: str, kept: str) -> None:
    assert mask(message).text == kept


@pytest.mark.parametrize(("message", "kept"), CASES)
def test_masking_a_masked_text_changes_nothing(message: str, kept: str) -> None:
    assert mask(kept).text == kept
    assert mask(kept).kinds == frozenset()


def test_kinds_name_what_was_hidden() -> None:
    masked = mask("BSN 999990019, rekening NL91ABNA0417164300, wachtwoord: Welkom01")

    assert masked.kinds == {"BSN", "IBAN", "WACHTWOORD"}
    assert masked.text == "BSN [BSN], rekening [IBAN], wachtwoord: [WACHTWOORD]"
