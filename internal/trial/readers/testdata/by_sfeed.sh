# Prints what sfeed has of the feed in a file. Its fields are: time, title, link,
# content, its type, ID, author, enclosure, categories.
sfeed <"$1" | while IFS= read -r row; do
  field() { printf '%s\n' "$row" | cut -f "$1"; }
  line() { [ -z "$2" ] || printf '  %s: %s\n' "$1" "$2"; }
  printf 'letter %s\n' "$(field 6)"
  line title "$(field 2)"
  line link "$(field 3)"
  line date "$(date -u -d "@$(field 1)" +%Y-%m-%dT%H:%M:%SZ)"
  line authors "$(field 7)"
  line content "$(field 4)"
  line enclosure "$(field 8)"
done
