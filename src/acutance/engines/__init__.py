"""A network at work in another runtime than PyTorch: `onnx_file.OnnxUpscaler` runs any ONNX file by ONNX Runtime."""
