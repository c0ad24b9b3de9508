"""How long a citizen may wait for a human, by urgency: data/balie/wachttijden.yaml."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class WaitTargets(BaseModel):
    """Minutes from the queue to a human."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoed: float = Field(default=2, gt=0)
    hoog: float = Field(default=10, gt=0)
    normaal: float = Field(default=30, gt=0)
    laag: float = Field(default=60, gt=0)

    @classmethod
    def load(cls, data: Path) -> WaitTargets:
        """Read the file; without one the values above. Raises yaml.YAMLError and pydantic.ValidationError."""
        path = data / "balie" / "wachttijden.yaml"
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else cls()

    def minutes(self, urgency: str) -> float:
        """The target of an urgency; that of `normaal` for an unknown one."""
        return float(getattr(self, urgency, self.normaal))
