"""The whole understanding of Verbonden as one Rasa pipeline component.

Rasa gives training data, model packaging and the dialogue; what a message means is decided by
`loket.understanding`, the same code that `verbonden triage` runs without Rasa.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import beside
from loket.understanding.crisis import CrisisGate
from loket.understanding.examples import from_directory, labelled
from loket.understanding.further import FurtherQuestions
from loket.understanding.model import UnderstandingModel
from loket.understanding.parts import also_asked
from loket.understanding.result import OUTCOMES
from loket.understanding.targets import Example
from loket.understanding.training import train

log = logging.getLogger(__name__)
DATA_INTENT = "gegevens"
"""Intent of a message that holds only a case number, a date, a postcode ...: an answer to a question of ours."""

UNDERSTANDING = "understanding"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VerbondenUnderstanding(GraphComponent, IntentClassifier):
    """Outcome as intent, entities, and the whole result under the key `understanding` of the parse data."""

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._model: UnderstandingModel | None = None

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Paths are relative to the working directory of Rasa, the root of the project."""
        return {
            "verwijsindex": "data/verwijsindex", "crisis": "data/crisis/poort.yaml", "cache": "var/cache",
            "vervolgvragen": "data/antwoorden/vervolgvragen.yaml",
        }  # fmt: skip

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "VerbondenUnderstanding":
        """A component to be trained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "VerbondenUnderstanding":
        """A trained component from the model."""
        component = cls(config, model_storage, resource)
        component._load()
        return component

    def _load(self) -> None:
        gate = CrisisGate.load(Path(self._config["crisis"]))
        with self._storage.read_from(self._resource) as folder:
            self._model = UnderstandingModel.load(Path(folder), gate)
        self._model.understand("goedemorgen")  # first use compiles; a citizen must not wait for it
        beside.serve(self._model)

    def train(self, training_data: TrainingData) -> Resource:
        """Train all heads on Rasa's examples and the verwijsindex."""
        examples = [e for e in map(_example, training_data.intent_examples) if e is not None]
        examples += from_directory(Path(self._config["verwijsindex"]))
        further = FurtherQuestions.load(Path(self._config["vervolgvragen"]))
        trained = train(examples, Path(self._config["cache"]), lambda text: log.info("understanding: %s", text), further)
        with self._storage.write_to(self._resource) as folder:
            trained.save(Path(folder))
        self._load()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after us needs the predictions on the training data."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Understand messages; always sets an intent, as Rasa demands."""
        for message in messages:
            self._one(message)
        return messages

    def _one(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        if text.startswith(INTENT_MESSAGE_PREFIX):  # a button: Rasa reads it after us; it has no words
            message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
            return
        assert self._model is not None, "used before it was trained or loaded"
        found, entities = beside.understood(text) or self._model.understand(text)
        # A bare case number is the question how far that case is; other bare data answers a question of ours.
        number_alone = found.alleen_gegevens and found.uitkomst == "status"
        intent = DATA_INTENT if found.vervolg and not number_alone else found.uitkomst
        message.set(INTENT, {"name": intent, "confidence": found.score}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [{"name": r.id, "confidence": r.score} for r in found.uitkomsten], add_to_output=True)
        message.set(
            ENTITIES,
            [
                {"entity": e.kind, "value": e.value, "start": e.start, "end": e.end, "extractor": "verbonden"}
                for e in entities
                if e.kind not in ("bsn", "iban")
            ],
            add_to_output=True,
        )
        also = [{"id": r.id, "score": round(r.score, 3)} for r in also_asked(self._model, text, found)]
        message.set(UNDERSTANDING, {**found.as_dict(), "ook": also}, add_to_output=True)


def _example(message: Message) -> "Example | None":
    meta = (message.get(METADATA) or {}).get(INTENT) or {}
    intent, text = message.get(INTENT), message.get(TEXT)
    if not intent or not text or intent not in _TRAINED:
        return None
    return labelled(text, intent, meta)


_TRAINED = frozenset({*OUTCOMES, DATA_INTENT})
