"""A language model of 300 kB whose weights are chance: a real server loads it and answers in milliseconds.

It knows bytes, not words. One part of its state is the same after every token; the output weights of that
part are the bias that makes quotes, the end and printable letters likely and everything else impossible. Held
to a JSON schema by the server, it writes random objects that are valid.
"""

from pathlib import Path

import gguf
import numpy as np

BYTES = 256
FILLER = 256
BEGIN, SPEAKER, END = 257, 258, 259
VOCABULARY = 260
WIDTH, HEADS, INNER, CONTEXT = 64, 4, 128, 32_768
STEADY = WIDTH - 1
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_tiny_model(path: Path, seed: int = 0) -> Path:
    """Write the model as a GGUF file; the same seed gives the same model."""
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer)
    for name, weights in _weights(np.random.default_rng(seed)).items():
        writer.add_tensor(f"{name}.weight", weights.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter) -> None:
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(VOCABULARY)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*_byte_letters(), "qq", "<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    writer.add_token_types([gguf.TokenType.NORMAL] * (BYTES + 1) + [gguf.TokenType.CONTROL] * 3)
    writer.add_token_merges(["q q"])
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT)


def _byte_letters() -> list[str]:
    """The letters that GPT-2's vocabulary writes for the 256 bytes."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(BYTES, 2 * BYTES))
    return [chr(byte if byte in plain else next(others)) for byte in range(BYTES)]


def _weights(chance: np.random.Generator) -> dict[str, np.ndarray]:
    def some(*shape: int, size: float = 0.05) -> np.ndarray:
        return chance.standard_normal(shape) * size

    steady = some(VOCABULARY, WIDTH, size=1.0)
    steady[:, STEADY] = 8.0
    block = {
        f"blk.0.{name}": some(*shape)
        for name, shape in {
            "attn_q": (WIDTH, WIDTH),
            "attn_k": (WIDTH, WIDTH),
            "attn_v": (WIDTH, WIDTH),
            "attn_output": (WIDTH, WIDTH),
            "ffn_gate": (INNER, WIDTH),
            "ffn_up": (INNER, WIDTH),
            "ffn_down": (WIDTH, INNER),
        }.items()
    }
    norms = {f"blk.0.{name}": np.ones(WIDTH) for name in ("attn_norm", "ffn_norm")}
    output = some(VOCABULARY, WIDTH, size=0.3)
    output[:, STEADY] = _likings()
    return {"token_embd": steady, **block, **norms, "output_norm": np.ones(WIDTH), "output": output}


def _likings() -> np.ndarray:
    liking = np.full(VOCABULARY, -6.0)
    liking[32:127] = 0.0
    liking[[ord("\\"), ord("`")]] = -6.0
    liking[[ord('"'), ord("]"), ord("}")]] = 0.35
    liking[END] = 0.1
    return liking
