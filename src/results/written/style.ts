/** The style of the file. It loads nothing: system fonts, no images. */
export const STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#fff,#12161a);--panel:light-dark(#f5f7f8,#191e23);--line:light-dark(#dde2e6,#2c343b);--ink:light-dark(#1a1f24,#e3e8ec);--faint:light-dark(#56616b,#9aa6b1);--bad:light-dark(#b92b19,#f47e6e);--good:light-dark(#23713f,#59bd80);--warn:light-dark(#8a5600,#e2a33d);--difference:light-dark(#fdeae5,#43211a);--mono:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
*{box-sizing:border-box}
body{font:14px/1.45 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;background:var(--paper);color:var(--ink);max-width:80rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.4rem;margin:0 0 .3rem}h2{font-size:1.05rem;margin:1.8rem 0 .5rem;border-top:1px solid var(--line);padding-top:.7rem}h3{font-size:.95rem;margin:1.2rem 0 .3rem}
p{margin:.3rem 0}ul{margin:.3rem 0;padding-left:1.2rem}
h1,h2,h3,p,li,td{overflow-wrap:anywhere}
.faint{color:var(--faint)}.number{text-align:right;white-space:nowrap}
.regression,.difference mark{color:var(--bad)}.pass{color:var(--good)}.inconclusive,.invalid{color:var(--warn)}
code,pre,.diff td{font-family:var(--mono);font-size:.93em}
pre{background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line)}
th{font-weight:400;color:var(--faint)}th.number{text-align:right}
.diff{table-layout:fixed}.diff th:first-child,.diff td:first-child{width:1.6rem}.diff td{border-bottom:0;padding-top:.05rem;padding-bottom:.05rem;white-space:pre-wrap}
.diff tr.difference{background:var(--difference)}.diff tr.noise td,.diff tr.no_difference td{color:var(--faint)}
caption{text-align:left;padding:.6rem 0 .1rem}
mark{background:none;color:inherit;font-weight:600;text-decoration:underline}
.fold td{color:var(--faint);background:var(--panel);font-style:italic}
`;
