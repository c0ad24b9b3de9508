"""The network of E5 small as an ONNX graph with 8-bit weights, and its vocabulary as a SentencePiece model.

Made once, at training, and kept in the trained model; what runs needs neither `onnx` nor the weights of the network.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loket.understanding.weights import LARGEST, Floats, Vocabulary, Weights

MICROSOFT = "com.microsoft"
"""Domain of the fused operators of ONNX Runtime: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md"""

ONNX_OPSET, IR_VERSION = 18, 9


def quantised(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """A matrix (inputs, outputs) as small integers with one scale for each output."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-12) / LARGEST
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


def graph(weights: Weights) -> bytes:
    """The network: `pieces`, shape (1, n, width), becomes `meaning`, shape (1, width), the mean over the pieces."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    constants: list[Any] = []
    width, inner, epsilon = weights.shape.width, weights.shape.inner, weights.shape.epsilon

    def constant(name: str, values: NDArray[Any]) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def dense(source: str, target: str, matrix: Floats, bias: Floats) -> None:
        values, scale = quantised(matrix)
        parts = (("w", values), ("s", scale), ("z", np.zeros(len(scale), np.int8)), ("b", bias))
        names = [constant(f"{target}.{part}", array) for part, array in parts]
        nodes.append(helper.make_node("DynamicQuantizeMatMul", [source, *names], [target], domain=MICROSOFT))

    def normed(source: str, added: str, target: str, name: str) -> None:
        scale, bias = constant(f"{name}.w", weights.floats(f"{name}.w")), constant(f"{name}.b", weights.floats(f"{name}.b"))
        nodes.append(helper.make_node(
            "SkipLayerNormalization", [source, added, scale, bias], [target], domain=MICROSOFT, epsilon=epsilon))

    first = [constant("emb.ln.w", weights.floats("emb.ln.w")), constant("emb.ln.b", weights.floats("emb.ln.b"))]
    nodes.append(helper.make_node("LayerNormalization", ["pieces", *first], ["layer"], epsilon=epsilon))
    state = "layer"
    for number in range(weights.shape.layers):
        at = f"l{number}."
        three = [weights.matrix(f"{at}{part}.w", width, width) for part in "qkv"]
        dense(state, f"{at}qkv", np.concatenate(three, axis=1), np.concatenate([weights.floats(f"{at}{p}.b") for p in "qkv"]))
        nodes.append(helper.make_node("Split", [f"{at}qkv"], [f"{at}q", f"{at}k", f"{at}v"], axis=-1, num_outputs=3))
        nodes.append(helper.make_node(
            "MultiHeadAttention", [f"{at}q", f"{at}k", f"{at}v"], [f"{at}seen"], domain=MICROSOFT,
            num_heads=weights.shape.heads))
        dense(f"{at}seen", f"{at}ao", weights.matrix(f"{at}ao.w", width, width), weights.floats(f"{at}ao.b"))
        normed(state, f"{at}ao", f"{at}attended", f"{at}aln")
        dense(f"{at}attended", f"{at}fi", weights.matrix(f"{at}fi.w", inner, width), weights.floats(f"{at}fi.b"))
        nodes.append(helper.make_node("Gelu", [f"{at}fi"], [f"{at}bent"], domain=MICROSOFT))
        dense(f"{at}bent", f"{at}fo", weights.matrix(f"{at}fo.w", width, inner), weights.floats(f"{at}fo.b"))
        normed(f"{at}attended", f"{at}fo", f"{at}out", f"{at}oln")
        state = f"{at}out"
    nodes.append(helper.make_node("ReduceMean", [state, constant("axis", np.array([1]))], ["meaning"], keepdims=0))
    ends = [helper.make_tensor_value_info("pieces", TensorProto.FLOAT, [1, "n", width])]
    result = [helper.make_tensor_value_info("meaning", TensorProto.FLOAT, [1, width])]
    opsets = [helper.make_opsetid("", ONNX_OPSET), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(helper.make_graph(nodes, "e5", ends, result, constants), opset_imports=opsets)
    model.ir_version = IR_VERSION
    data: bytes = model.SerializeToString()
    onnx.checker.check_model(data)
    return data


def vocabulary_model(vocabulary: Vocabulary) -> bytes:
    """The vocabulary in the format of SentencePiece. Letters are read as `Vocabulary.letters` says before it is used."""
    from sentencepiece import sentencepiece_model_pb2 as schema

    model = schema.ModelProto()  # type: ignore[attr-defined]  # made when it is imported
    marks = vocabulary.marks
    kinds = {marks.unknown: 2, marks.begin: 3, marks.end: 3, marks.padding: 3}
    for number, (piece, score) in enumerate(zip(vocabulary.pieces, vocabulary.scores.tolist())):
        model.pieces.add(piece=piece, score=score, type=kinds.get(number, 1))
    model.trainer_spec.model_type = 1
    model.normalizer_spec.name = "identity"
    for option in ("add_dummy_prefix", "remove_extra_whitespaces", "escape_whitespaces"):
        setattr(model.normalizer_spec, option, True)
    data: bytes = model.SerializeToString()
    return data
