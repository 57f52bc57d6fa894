window.ir20handler({"item":[
{"title":" ランサムウェア被害に関する調査結果のお知らせ","icon":"pdf","link":"//pdf.irpocket.com/C9001/PDLX/O3bg/N4O3.pdf","published":"2026-11-20","term_end":"","quarter":"","category_name":"IRニュース"},
{"title":"","icon":"pdf","link":"//pdf.irpocket.com/C9001/PDLX/O3bg/Zz01.pdf","published":"2026-11-19","category_name":""},
{"title":"Notice Regarding Ransomware Attack","icon":"pdf","link":"//pdf.irpocket.com/C9001/PDLX/O3bg/E4O3.pdf","published":"2026-11-20","category_name":"IR News"},
{"title":"","link":"","published":"2026-11-18"}
]});
