"""A structure extractor learns from pictures alone, and is examined by a probe."""
