"""A knowledge base of loss functions that proves itself."""
