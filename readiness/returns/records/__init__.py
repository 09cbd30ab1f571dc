"""Returns about single children: from their files to facts, without a single child in any output.

    pages        what a return's page says: its modules and elements, and its metrics
    conditions   the conditions that metrics are made of
    load         from `rules/metrics/<return>.yaml` to a checked definition
    sql          a metric as SQL; the same in other dialects
    store        rows in DuckDB: taken in as text, made typed, each used or left out with a reason
    source       files: which is which, their hashes, and what is refused before it is opened
      csv_set      one CSV file a module
      xml_message  one XML message
      workbook     one Excel workbook, its modules one below the other
    figures      the metrics of a return, run: figures, and what cannot be given and why
    fragment     figures as facts of a profile, and in a few lines of text

What a return looks like and how its facts are counted is data; nothing here knows SEN2. Values of
single children stay in memory: no message, figure or file holds one, and DuckDB is allowed no
temporary files.
"""
