// Package browser opens pages in Chromium, as readers do, and counts what
// they do there: scripts that run, requests that are made. It holds tests only,
// so that no program which imports the library has to do with a browser.
//
// The pages are made of hostile HTML along every way that leads to a page: the
// subcommands build, aggregate and convert, and the site's handler. The cases
// are those in testdata, those that cases_test.go makes, and those in the tests
// of the sanitizer that package clean uses. $NEWSLETTER_XSS_CASES
// names a folder of more: JavaScript, JSON or Go files, of which every string
// that holds a "<" is one.
//
// Pages are judged by axe-core too, if $NEWSLETTER_AXE is the path of its
// axe.min.js.
//
// The tests are skipped where there is no Chromium, and take a part of the cases
// where there is. If $NEWSLETTER_CHROMIUM is "required" they fail without it, and
// what strangers wrote is tried whole; if it is "none" they are skipped.
package browser
