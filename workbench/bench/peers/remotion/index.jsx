// The benchmark scene in Remotion, drawn the way its documentation shows: elements and CSS.

import React from "react";
import {
  AbsoluteFill,
  Composition,
  Easing,
  continueRender,
  delayRender,
  interpolate,
  registerRoot,
  spring,
  staticFile,
  useCurrentFrame,
  useVideoConfig,
} from "remotion";

const HEADLINE = "Motion, measured.";
const TYPED = "Typed one letter at a time in Python.";

const waiting = delayRender("font");
const inter = new FontFace("Inter", `url(${staticFile("inter.ttf")})`, { weight: "100 900" });
inter.load().then((font) => {
  document.fonts.add(font);
  continueRender(waiting);
});

const hsl = (hue, saturation, lightness, opacity = 1) =>
  `hsl(${hue} ${saturation * 100}% ${lightness * 100}% / ${opacity})`;

const Ground = ({ t, width, height }) => {
  const angle = (Math.atan2(height, width) * 180) / Math.PI + 90;
  const near = hsl(200 + 72 * t, 0.65, 0.3);
  const far = hsl(260 + 72 * t, 0.65, 0.18);
  return <AbsoluteFill style={{ background: `linear-gradient(${angle}deg, ${near}, ${far})` }} />;
};

const Dot = ({ i, t, width, height, px }) => {
  const x = (width * (i + 0.5)) / 40 + px(60) * Math.sin(2 * Math.PI * (0.2 + 0.01 * i) * t + 0.7 * i);
  const y = height * (0.5 + 0.35 * Math.sin(2 * Math.PI * (0.15 + 0.013 * i) * t + 1.3 * i));
  const radius = px(15 + 4.5 * (i % 7));
  const style = {
    position: "absolute",
    width: 2 * radius,
    height: 2 * radius,
    borderRadius: "50%",
    background: hsl(9 * i, 0.8, 0.6, 0.75),
    transform: `translate(${x - radius}px, ${y - radius}px)`,
    filter: i % 4 === 0 ? `blur(${px(9)}px)` : undefined,
  };
  return <div style={style} />;
};

const Card = ({ t, px }) => {
  const left = interpolate(t, [0.5, 1.5], [px(-840), px(570)], {
    easing: Easing.out(Easing.cubic),
    extrapolateLeft: "clamp",
    extrapolateRight: "clamp",
  });
  const style = {
    position: "absolute",
    top: px(615),
    width: px(780),
    height: px(300),
    borderRadius: px(36),
    background: "#f8fafc",
    boxShadow: `0 ${px(18)}px ${px(48)}px #00000059`,
    transform: `translateX(${left}px)`,
  };
  return <div style={style} />;
};

const Line = ({ children, size, weight, opacity, style }) => (
  <div
    style={{
      position: "absolute",
      fontFamily: "Inter",
      fontVariationSettings: '"opsz" 32',
      fontSize: size,
      fontWeight: weight,
      lineHeight: 1.2,
      color: `rgb(255 255 255 / ${opacity})`,
      whiteSpace: "pre",
      ...style,
    }}
  >
    {children}
  </div>
);

const Bar = ({ length, opacity, px }) => {
  const style = {
    position: "absolute",
    left: px(120),
    top: px(991),
    width: length,
    height: px(18),
    borderRadius: px(9),
    background: `rgb(255 255 255 / ${opacity})`,
  };
  return <div style={style} />;
};

const Benchmark = () => {
  const frame = useCurrentFrame();
  const { width, height, fps, durationInFrames } = useVideoConfig();
  const t = frame / fps;
  const px = (length) => (length * height) / 1080;
  const scale = spring({ frame, fps, config: { stiffness: 100, damping: 10, mass: 1 } });
  const letters = Math.max(0, Math.floor((t - 1) * 18 + 1e-6));
  const headline = { left: 0, width, top: px(255), textAlign: "center", transform: `translateY(-50%) scale(${scale})` };
  return (
    <AbsoluteFill>
      <Ground t={t} width={width} height={height} />
      {Array.from({ length: 40 }, (_, i) => (
        <Dot key={i} i={i} t={t} width={width} height={height} px={px} />
      ))}
      <Card t={t} px={px} />
      <Line size={px(144)} weight={700} opacity={1} style={headline}>
        {HEADLINE}
      </Line>
      <Line size={px(60)} weight={400} opacity={0xe6 / 255} style={{ left: px(120), top: px(480), transform: "translateY(-50%)" }}>
        {TYPED.slice(0, letters)}
      </Line>
      <Bar length={px(1680)} opacity={0x40 / 255} px={px} />
      <Bar length={px(18) + (px(1680) - px(18)) * (frame / durationInFrames)} opacity={1} px={px} />
    </AbsoluteFill>
  );
};

const Root = () => (
  <>
    <Composition id="p720" component={Benchmark} width={1280} height={720} fps={30} durationInFrames={150} />
    <Composition id="p1080" component={Benchmark} width={1920} height={1080} fps={30} durationInFrames={150} />
  </>
);

registerRoot(Root);
