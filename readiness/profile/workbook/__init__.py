"""The profile as a workbook: a sheet for each service and partner that is asked.

layout      sheets, columns and the words of cells, which writer and reader share
sheets      from the dictionary and a profile to sheets of cells
template    from sheets to a file (XlsxWriter)
reading     from a file to a profile, or every problem at once (openpyxl)
"""
