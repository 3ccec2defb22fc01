"""The live path: bridge -> hub -> viewers. Knows no Django."""
