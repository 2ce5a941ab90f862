"""What people look at: report page, figures, model card, terminal."""
