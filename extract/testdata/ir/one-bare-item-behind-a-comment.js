/* generated (2026-11-20) by the service */
// cache: { 12 }
callback({"item":{"title":"ただ一つのお知らせ","date":"2026/11/20 10:00","link":"/news/1.html"}})
