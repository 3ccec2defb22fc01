"""Fills the tables of docs/evidence.md over many short sessions, fold by fold.

`plan.toml` says what is to be run, `DATA/RECIPE/fold-I.json` beside it what has been.
"""
