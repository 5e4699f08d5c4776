"""The LTI Advantage services a tool calls: line items, scores, results, names and roles."""
