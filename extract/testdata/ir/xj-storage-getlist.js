cb({"items":[
{"title":"不正アクセスによる情報漏えいに関するお知らせ（第2報）","publishDate":"2026/11/20 15:30:00","disclosureCode":"1140","categoryName":"適時開示","files":[{"type":"HTML-GENERAL","url":"//contents.xj-storage.jp/xcontents/AS90001/0a0a0a0a/1111/2222/3333/444444444444/index.html","size":"1","page":"1"},{"type":"PDF-GENERAL","url":"https://contents.xj-storage.jp/xcontents/AS90001/ff00aa11/8daa/4285/a982/9e8d9ffd39bb/140120261120503010.pdf","size":"153113","page":"3"}]},
{"title":"代表取締役の異動に関するお知らせ","publishDate":"2026/11/06 00:00:00","disclosureCode":"","categoryName":"その他","files":[{"type":"PDF-GENERAL","url":"https://contents.xj-storage.jp/xcontents/AS90001/ff00aa12/8daa/4285/a982/9e8d9ffd39bb/20261106085229423s.pdf","size":"1024","page":"1"}]},
{"title":"メンテナンスのお知らせ","publishDate":"2026/10/01 09:00:00","categoryName":"お知らせ","files":[]}
]});
