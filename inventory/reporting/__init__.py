"""Tables for people: the summary workbook and the submission tables."""
