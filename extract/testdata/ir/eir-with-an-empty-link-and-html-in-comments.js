eolparts_announcement_7(
{"item_count": 3, "item": [
 {"date":"2026/11/20 16:00","format_date":"2026.11.20","title":"当社サーバへの不正アクセスに関するお知らせ &amp; お詫び","link":"https://ssl4.eir-parts.net/doc/9001/tdnet/2815552/00.pdf","new_target":"_blank","type":"pdf","file_size":"123","news_type":"press","sub_type":"","fiscal_ym":"202611","comment":""},
 {"date":"2026/11/05 00:00","format_date":"2026.11.05","title":"リンクの無いお知らせ","link":"","new_target":"","type":"url","file_size":"","news_type":"announcement","sub_type":"","fiscal_ym":"202611","comment":"<b>本社を移転しました</b><br>新しい住所は下記の通りです"},
 {"date":"","format_date":"2026年8月6日","title":"2027年3月期 第1四半期決算短信","link":"https://ssl4.eir-parts.net/doc/9001/ir_material1/251/00.pdf","type":"pdf","news_type":"tanshin","comment":""}
]}
);
