"""Models behind a wire: any server that speaks OpenAI's Chat Completions."""
