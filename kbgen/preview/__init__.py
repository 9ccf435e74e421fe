"""The live preview: what a browser asks for is rendered when it asks, from what the files say now."""
