"""The pages of channels."""
