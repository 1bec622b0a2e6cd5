import MaskStream
