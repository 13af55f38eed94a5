"""The way in for an assistant: questions about the published KPIs, over MCP."""
