"""The sections of report.html: each module says what its part of the page shows."""
