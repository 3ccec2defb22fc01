"""OpenIGTLink: what PLUS, 3D Slicer and scanners of several makers stream."""
