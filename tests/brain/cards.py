"""Templates as the brain sees them, for tests of the brain alone."""

from dataclasses import dataclass

from workbench.scene.graph import Param


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    title: str
    category: str
    keywords: tuple[str, ...]
    about: str
    seconds: float = 6.0
    formats: tuple[str, ...] = ("16:9", "9:16", "1:1")
    params: tuple[Param, ...] = ()


def declare(names: str) -> tuple[Param, ...]:
    colors, numbers = {"accent", "accent_2", "background", "background_2", "ink"}, {"amount", "from_amount"}
    kinds = {
        name: "color" if name in colors else "number" if name in numbers else "text" for name in names.split()
    }
    return tuple(Param(name, kind, "", "") for name, kind in kinds.items())


def card(identity: str, category: str, keywords: str, about: str, params: str, seconds: float = 6.0) -> Card:
    title = identity.replace("-", " ").capitalize()
    words = tuple(word.strip() for word in keywords.split(","))
    return Card(identity, title, category, words, about, seconds, params=declare(params))


CARDS = (
    card("title", "text", "title card, title, heading, text, fade in, simple, default, scene",
         "A title card: a headline and a line below it fade in on a calm background.",
         "title subtitle accent background ink", 5),
    card("hero", "opening", "hero, intro, opening, headline, launch, product, title",
         "A big product headline rises word by word over a soft gradient.",
         "title subtitle kicker accent accent_2 background ink"),
    card("typing", "text", "typing, terminal, command line, shell, install, typewriter",
         "Lines are typed into a terminal window.", "title items prompt accent background", 5),
    card("logo-reveal", "brand", "logo, reveal, brand, name, mark, sting, ident",
         "A mark draws itself and the brand's name appears beside it.",
         "name subtitle accent background ink", 4),
    card("particles", "effect", "particles, explosion, burst, celebration, confetti, party",
         "A burst of particles behind a few big words.", "title subtitle accent accent_2 background ink", 8),
    card("glitch-text", "text", "glitch, hacker, digital, distortion, cyber, bold",
         "Bold words jump and split into colours.", "title subtitle accent accent_2 background"),
    card("gradient-text", "text", "gradient, words, statement, claim, slogan, colourful",
         "Big words filled with a gradient that moves.", "title subtitle accent accent_2 background", 8),
    card("growth-graph", "data",
         "chart, graph, growth, numbers, statistics, sales, users, bars, line, revenue",
         "Bars rise one after another below a headline.",
         "title subtitle values labels prefix suffix accent background ink", 8),
    card("code", "code", "code, program, developer, snippet, editor, function, syntax",
         "Program text appears line by line in an editor window.", "title code language accent background"),
    card("sign-in", "interface",
         "button, sign in, sign up, call to action, cta, login, click, subscribe, get started",
         "A button slides in, a cursor clicks it.", "title subtitle cta name accent background ink", 4),
    card("dot-ripple", "effect", "dots, ripple, wave, pattern, grid, abstract, background",
         "A grid of dots ripples around a few words.", "title subtitle accent background ink", 8),
    card("fintech", "interface", "fintech, dashboard, wallet, balance, bank, money, counter, app, finance",
         "An account card whose balance counts up, with a list of movements.",
         "title name amount from_amount prefix items values labels accent background ink", 10),
    card("prompt-intro", "interface", "prompt, ai, assistant, search box, ask, input, typing a question",
         "A prompt box in which a request is typed.", "prompt title cta accent background ink"),
    card("features", "text", "features, list, benefits, points, words one after another, reasons, steps",
         "Short lines appear one after another with a mark before each.",
         "title items accent background ink"),
)  # fmt: skip
