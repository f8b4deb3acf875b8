_color_names = {}


def _channels(color):
    word = color.strip().lower()
    digits = _color_names.get(word, word)[1:]
    if len(digits) in (3, 4):
        digits = "".join([digit * 2 for digit in digits])
    if word == "transparent":
        digits = "00000000"
    try:
        parts = [int(digits[place : place + 2], 16) / 255 for place in range(0, len(digits), 2)]
    except ValueError:
        parts = []
    if len(parts) not in (3, 4):
        _refuse("argument", f'"{color}" is not a colour', 'Write "#38bdf8", "#38bdf880" or a CSS name such as "white".')
    return parts if len(parts) == 4 else [*parts, 1.0]


def _byte(share):
    return f"{round(255 * clamp(share)):02x}"


def _hex(red, green, blue, opacity):
    return "#" + _byte(red) + _byte(green) + _byte(blue) + ("" if opacity >= 1 else _byte(opacity))


def _light(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(light):
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _root(number):
    return -((-number) ** (1 / 3)) if number < 0 else number ** (1 / 3)


# Oklab: Björn Ottosson, "A perceptual color space for image processing", 2020.
def _oklab(red, green, blue):
    red, green, blue = _light(red), _light(green), _light(blue)
    long = _root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = _root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = _root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
    )


def _from_oklab(lightness, a, b):
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
    )


def mix(a, b, share=0.5):
    first, second = _channels(a), _channels(b)
    share = clamp(share)
    opacity = lerp(first[3], second[3], share)
    if opacity <= 0:
        return "#00000000"
    one, two = _oklab(*first[:3]), _oklab(*second[:3])
    mixed = [lerp(p * first[3], q * second[3], share) / opacity for p, q in zip(one, two)]
    return _hex(*_from_oklab(*mixed), opacity)


def alpha(color, opacity):
    red, green, blue, _ = _channels(color)
    return _hex(red, green, blue, opacity)


def lighten(color, amount=0.1):
    red, green, blue, opacity = _channels(color)
    lightness, a, b = _oklab(red, green, blue)
    return _hex(*_from_oklab(clamp(lightness + amount), a, b), opacity)


def darken(color, amount=0.1):
    return lighten(color, -amount)


def rgb(red, green, blue, opacity=1):
    return _hex(red / 255, green / 255, blue / 255, opacity)


def hsl(hue, saturation, lightness, opacity=1):
    reach = clamp(saturation) * min(clamp(lightness), 1 - clamp(lightness))

    def channel(offset):
        turn = (offset + hue / 30) % 12
        return lightness - reach * max(-1, min(turn - 3, 9 - turn, 1))

    return _hex(channel(0), channel(8), channel(4), opacity)


def _luminance(color):
    red, green, blue, _ = _channels(color)
    return 0.2126 * _light(red) + 0.7152 * _light(green) + 0.0722 * _light(blue)


def ink_on(color):
    # The contrasts with #f8fafc (luminance 0.955) and #0f172a (0.009) are equal at 0.193.
    return "#f8fafc" if _luminance(color) < 0.193 else "#0f172a"


def _contrast(one, other):
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def readable(color, ground, contrast=4.5):
    level = _luminance(ground)
    if _contrast(_luminance(color), level) >= contrast:
        return color
    # Against luminance 0.179 white and black have the same contrast.
    goal = "#ffffff" if level < 0.179 else "#000000"
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        if _contrast(_luminance(mix(color, goal, middle)), level) >= contrast:
            high = middle
        else:
            low = middle
    return mix(color, goal, high)
