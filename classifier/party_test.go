package classifier

import "testing"

func TestCommonNounsAreNoNames(t *testing.T) {
	for name, want := range map[string]bool{
		"架空商事": true, "見本会社": true, "株式会社見本情報": true, "架空ホールディングス": true,
		"架空商事12": true, "件数": true,
		"業務委託先": false, "運営会社": false, "配送サーバー": false, "新潟県内3": false, "市内": false, "午後5時": false, "架空3社": false,
		"当社": false, "同日": false, "社": false,
	} {
		if isName(name) != want {
			t.Errorf("%s: %v, want %v", name, !want, want)
		}
	}
	for noun, want := range map[string]bool{
		"予約管理システム": true, "業務用アプリ": true, "給与サービス": true, "採用サーバ": true,
		"架空システム": false, "予約管理": false, "用アプリ": false, "システム": false,
	} {
		if namesService([]byte(noun)) != want {
			t.Errorf("%s is made of what a service is for and what it is: %v, want %v", noun, !want, want)
		}
	}
}
