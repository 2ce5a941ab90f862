"""Sphinx configuration."""

from importlib.metadata import version as installed_version

project = "stancekit"
author = "The stancekit developers"
release = version = installed_version("stancekit")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"stancekit {release}"
napoleon_google_docstring = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
default_role = "code"
myst_heading_anchors = 3
nitpicky = False
