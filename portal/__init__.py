"""Composition: knows every app, known by none."""

VERSION = "0.1.0"
