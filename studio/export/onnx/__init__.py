"""The request path of a package as one ONNX graph, and the gate that it must pass."""
