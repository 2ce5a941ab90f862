"""Linear models on TF-IDF blocks: fitting, deciding, saving, loading."""

from stancekit.models.persistence import load, save_model
from stancekit.models.stance_model import StanceModel, fit_counted, fit_model, name_labels

__all__ = ["StanceModel", "fit_counted", "fit_model", "load", "name_labels", "save_model"]
