"""A MoviePy clip to the file that was ordered."""

from __future__ import annotations

from moviepy import VideoClip
from picture import Order


def deliver(clip: VideoClip, order: Order) -> None:
    """Write the clip, or one frame of it."""
    if order.frame is not None:
        clip.save_frame(order.output, order.frame / order.fps)
        return
    clip.write_videofile(
        order.output,
        fps=order.fps,
        codec="libx264",
        preset=order.preset,
        audio=False,
        logger=None,
        ffmpeg_params=["-crf", str(order.crf), "-pix_fmt", "yuv420p"],
    )
