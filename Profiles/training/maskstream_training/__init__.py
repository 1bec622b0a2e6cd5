"""Trains, exports and measures the models of maskstream's profiles."""
