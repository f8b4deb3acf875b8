"""A process of its own that paints one SVG: standard input to standard output, within limits.

Run as a script, so that it starts without the rest of the workbench. SVG can ask for endless work; the
limits below end the process, never the one that asked.
"""

import sys

import resvg_py

CPU_SECONDS = 5
MEMORY_BYTES = 1_500_000_000


def main() -> None:
    """Write the PNG of the SVG on standard input; the first argument is its longest side, then fonts."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except ImportError:  # Windows: the caller's clock is the only limit
        pass
    width, height = (int(side) for side in sys.argv[1:3])
    source = sys.stdin.buffer.read().decode("utf-8")
    fonts = sys.argv[3:]
    try:
        painted = resvg_py.svg_to_bytes(
            svg_string=source, width=width, height=height, skip_system_fonts=True, font_files=fonts
        )
    except ValueError as refusal:
        sys.exit(f"refused: {refusal}")
    sys.stdout.buffer.write(painted)


if __name__ == "__main__":
    main()
