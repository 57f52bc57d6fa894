package web

// texts are the words of the pages themselves; what an alert says comes in
// words already.
var texts = map[string]map[string]string{
	"ja": {
		"title": "お知らせ監視", "other": "English", "otherlang": "en",
		"state.well": "正常に監視しています", "state.starting": "起動中です", "state.trouble": "監視に問題があります",
		"today": "本日のアラート", "mine": "関係先", "notices": "本日の確認件数", "breaches": "うち漏えい等",
		"latest": "最新のアラート", "none": "まだアラートはありません。新しい公表を見つけると、ここに表示されます。",
		"sources": "情報源", "source": "情報源", "state": "状態", "last": "最終成功", "next": "次回", "rows": "行数", "reason": "理由",
		"healthy": "正常", "unhealthy": "異常", "failing": "再試行中", "waiting": "待機中", "nosources": "情報源が設定されていません。設定ファイルの sources に追加してください。",
		"receivers": "通知先（本日）", "receiver": "通知先", "sent": "送信", "dead": "不達", "slowest": "最も遅い通知", "noreceivers": "本日の通知はまだありません。",
		"days": "直近14日", "at": "時刻", "what": "内容", "facts": "事実", "changes": "変わった点", "watchlist": "関係先リスト",
		"evidence": "根拠（原文）", "times": "時刻", "timeline": "経過", "members": "公表資料", "deliveries": "通知の記録", "outcome": "結果",
		"open": "原文を開く", "back": "一覧へ戻る", "report": "報", "revision": "版",
		"login": "ログイン", "token": "トークン", "wrong": "トークンが違います。", "loginhelp": "web.token_file に保存したトークンを入力してください。",
		"broken": "ページを表示できません。ログに理由が記録されています。", "unknown": "このインシデントは見つかりません。",
		"severity.critical": "緊急", "severity.high": "高", "severity.medium": "中", "severity.low": "低", "severity.info": "参考",
		"outcome.sent": "送信", "outcome.failed": "失敗（再試行）", "outcome.dead": "不達", "outcome.suppressed": "抑止", "outcome.acknowledged": "確認済み",
		"new": "新着があります。更新する",
	},
	"en": {
		"title": "Breach notices", "other": "日本語", "otherlang": "ja",
		"state.well": "Watching, all is well", "state.starting": "Starting", "state.trouble": "The monitor has a problem",
		"today": "Alerts today", "mine": "Touch your watch-list", "notices": "Notices seen today", "breaches": "of them breaches",
		"latest": "Latest alerts", "none": "No alerts yet. What is newly published shows here.",
		"sources": "Sources", "source": "Source", "state": "State", "last": "Last success", "next": "Next", "rows": "Rows", "reason": "Reason",
		"healthy": "healthy", "unhealthy": "broken", "failing": "retrying", "waiting": "waiting", "nosources": "No source is configured: add one under sources.",
		"receivers": "Receivers today", "receiver": "Receiver", "sent": "Sent", "dead": "Dead", "slowest": "Slowest", "noreceivers": "Nobody was told anything today.",
		"days": "Last 14 days", "at": "Time", "what": "What", "facts": "Facts", "changes": "What moved", "watchlist": "Watch-list",
		"evidence": "Evidence (original words)", "times": "Times", "timeline": "Timeline", "members": "Notices", "deliveries": "Who was told", "outcome": "Outcome",
		"open": "Open the notice", "back": "Back to the list", "report": "report", "revision": "revision",
		"login": "Log in", "token": "Token", "wrong": "That is not the token.", "loginhelp": "Enter the token of web.token_file.",
		"broken": "The page cannot be shown; the log tells why.", "unknown": "There is no such incident.",
		"severity.critical": "critical", "severity.high": "high", "severity.medium": "medium", "severity.low": "low", "severity.info": "info",
		"outcome.sent": "sent", "outcome.failed": "failed, tried again", "outcome.dead": "dead", "outcome.suppressed": "suppressed", "outcome.acknowledged": "acknowledged",
		"new": "There is news. Show it",
	},
}
