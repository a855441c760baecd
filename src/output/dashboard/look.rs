//! How a page looks: wide and narrow, on paper, light and dark by the colours of the charts.

pub(super) const STYLE: &str = r#"
*{box-sizing:border-box}
:root{color-scheme:light dark}
body{margin:0;background:var(--tile);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:1120px;margin:0 auto;padding:0 24px;overflow-wrap:anywhere}
header{padding-top:32px}
header p,h1{margin:0}
h1{font-size:28px;line-height:1.25;letter-spacing:-.01em}
h2{font-size:18px;line-height:1.3;margin:0 0 16px}
.desk{color:var(--blue);font-weight:600}
.period,.empty{color:var(--muted)}
section{background:var(--paper);border:1px solid var(--grid);border-radius:12px;margin:24px 0;padding:20px 24px}
section.headlines{background:none;border:0;padding:0}
.panels{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px 32px}
.panel{margin:0;min-width:0}
.wide{grid-column:1/-1}
svg.chart{display:block;width:100%;height:auto}
svg.chart.narrow{display:none}
.empty{margin:0}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin:0}
.tiles div{background:var(--paper);border:1px solid var(--grid);border-radius:12px;padding:14px 16px;min-width:0}
.tiles dt{color:var(--muted);font-size:13px}
.tiles dd{margin:0}
.tiles .value{font-size:28px;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles .more{color:var(--muted);font-size:13px;min-height:1.5em}
.tiles .trend{color:var(--blue);font-size:12px;line-height:1.2;letter-spacing:-.5px;white-space:nowrap;overflow:hidden}
details{margin-top:16px}
summary{cursor:pointer;color:var(--muted);font-size:14px;padding:4px 0}
summary:hover{color:var(--text)}
:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
.scroll{overflow-x:auto;max-height:70vh;margin-top:8px}
table{border-collapse:collapse;font-size:14px;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:13px;padding-bottom:6px}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--grid);vertical-align:top;white-space:nowrap}
th[scope=row]{font-weight:500;white-space:normal;overflow-wrap:anywhere;min-width:9em;max-width:28em}
thead th{color:var(--muted);font-weight:600;position:sticky;top:0;background:var(--paper)}
.headlines thead th{background:var(--tile)}
.n{text-align:right}
footer{color:var(--muted);font-size:13px;padding-bottom:40px}
footer p{margin:0 0 4px}
@media screen and (max-width:860px){
.panels{grid-template-columns:minmax(0,1fr)}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
}
@media screen and (max-width:600px){
header,main,footer{padding-left:12px;padding-right:12px}
header{padding-top:20px}
h1{font-size:23px}
section{padding:16px 14px}
.tiles .value{font-size:23px}
svg.chart.broad{display:none}
svg.chart.narrow{display:block}
}
@media print{
@page{margin:14mm}
:root{color-scheme:light}
body{background:none;font-size:12px}
header,main,footer{max-width:none;padding:0}
section{border:0;padding:0}
.panel,.tiles div{break-inside:avoid}
h2{break-after:avoid}
details:not([open]){display:none}
.scroll{max-height:none;overflow:visible}
th,td{white-space:normal}
}
"#;
