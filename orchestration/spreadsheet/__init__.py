"""The published numbers as a workbook or as CSV files, for who works in a spreadsheet."""
