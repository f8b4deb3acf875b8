"""How a report looks, by day and by night."""

STYLE = """
:root { color-scheme: light dark; --ink: #16161d; --quiet: #62626c; --line: #dcdce2; --paper: #fff;
  --panel: #f4f4f6; --good: #0a7d35; --bad: #c62828; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --quiet: #a3a3ad; --line: #3a3a44;
  --paper: #16161d; --panel: #22222b; --good: #4ade80; --bad: #f87171; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 28px 0 8px; }
.quiet { color: var(--quiet); } .scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100%; }
th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
.better { color: var(--good); } .worse { color: var(--bad); }
pre { background: var(--panel); padding: 10px; overflow: auto; font-size: 12px; max-height: 420px; }
.plus { color: var(--good); } .minus { color: var(--bad); }
.cells { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 14px; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; font-size: 12px; }
figure.good { border-top: 3px solid var(--good); } figure.bad { border-top: 3px solid var(--bad); }
figure video, figure img { display: block; width: 100%; background: #000; }
figcaption { padding: 8px 10px; } details { padding: 4px 10px 8px; }
"""
