"""The stylesheet of the public page. It stands in the page, whose policy lets this text in by its hash and nothing else."""

import base64
import hashlib

from ui.colours import COLOURS

_NAMES = (
    'bg', 'panel', 'panel-2', 'line', 'line-2', 'ink', 'ink-2', 'ink-3', 'accent-ink', 'ok', 'ok-soft', 'ok-ink', 'warn', 'warn-soft',
    'warn-ink', 'bad', 'bad-soft', 'bad-ink', 'crit', 'crit-soft', 'crit-ink', 'info', 'info-soft', 'info-ink', 'unk', 'unk-soft',
    'unk-ink',
)  # fmt: skip
_TONES = ('ok', 'warn', 'bad', 'crit', 'info', 'unk')


def _colours(theme: int) -> str:
    return ''.join(f'--{name}:{COLOURS[name][theme]};' for name in _NAMES)


_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;
overflow-wrap:anywhere}
main,header.page,footer{max-width:860px;margin:0 auto;padding:0 16px}
header.page{padding-top:32px}h1{font-size:26px;line-height:1.25;margin:0 0 4px}h2{font-size:18px;margin:32px 0 12px}
h3{font-size:16px;margin:0}p{margin:4px 0}a{color:var(--accent-ink)}.about,.quiet{color:var(--ink-2)}.small{font-size:14px}
.text{white-space:pre-wrap}.card{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:16px;margin:0 0 12px}
.overall{display:flex;gap:10px;align-items:center;font-weight:600;font-size:18px;margin:20px 0 0;background:var(--soft);
color:var(--tone-ink);border-color:transparent}
.row{display:flex;flex-wrap:wrap;gap:4px 12px;justify-content:space-between;align-items:baseline}
.state{display:inline-flex;gap:7px;align-items:center;color:var(--tone-ink);font-weight:600;font-size:14px}
.mark{flex:none;width:12px;height:12px;fill:var(--tone);stroke:var(--tone)}
.bars{display:block;width:100%;height:34px;margin:10px 0 2px}.good{fill:var(--ok)}.fair{fill:var(--warn)}.poor{fill:var(--bad)}
.rest{fill:var(--info)}.gap{fill:var(--line-2)}
.ends{display:flex;justify-content:space-between;font-size:13px;color:var(--ink-2)}
ul{padding-left:18px;margin:6px 0}details{font-size:14px;margin-top:6px}summary{cursor:pointer;color:var(--ink-2)}
ol{list-style:none;margin:12px 0 0;padding:0}ol li{border-left:2px solid var(--line);padding:0 0 10px 12px}
footer{padding-top:20px;padding-bottom:32px;color:var(--ink-2);font-size:14px}
.preview{background:var(--warn-soft);color:var(--warn-ink);padding:8px 16px;text-align:center;font-weight:600}
:focus-visible{outline:2px solid var(--accent-ink);outline-offset:2px}
@media print{body{background:#fff}.card{break-inside:avoid}details,footer a{display:none}}
"""
CSS = (
    f':root{{color-scheme:light;{_colours(0)}}}'
    f'@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{_colours(1)}}}}}'
    + ''.join(f'.{t}{{--tone:var(--{t});--soft:var(--{t}-soft);--tone-ink:var(--{t}-ink)}}' for t in _TONES)
    + _RULES.replace('\n', '')
)
_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""No script, no request, no form: the page is its text."""
