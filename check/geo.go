package check

import (
	"regexp"
	"strings"
)

// geo are the vocabularies for places on Earth.
func geo(k kids) {
	point := &element{kids: kids{}.many(spaceGeo, "lat", text(latitude)).many(spaceGeo, "long", text(longitude)), finish: func(c *checker, n *node) {
		c.needIn(n, "geo-point-incomplete", spaceGeo, "lat")
		c.needIn(n, "geo-point-incomplete", spaceGeo, "long")
	}}
	k.many(spaceGeo, "Point", point).many(spaceGeo, "lat", text(latitude)).many(spaceGeo, "long", text(longitude)).many(spaceGeo, "alt", text(signedFloat))
	k.many(spaceGeoURL, "latitude", text(latitude)).many(spaceGeoURL, "longitude", text(longitude))
	k.many(spaceICBM, "latitude", text(latitude)).many(spaceICBM, "longitude", text(longitude))
	srs := attrs{}.may("srsName")
	pos, list := text(position), text(positions)
	one := func(local string, el *element) *element {
		return (&element{kids: kids{}.many(spaceGML, local, el)}).attr(srs)
	}
	ring := one("posList", list)
	exterior := &element{kids: kids{}.many(spaceGML, "LinearRing", ring)}
	envelope := (&element{kids: kids{}.many(spaceGML, "lowerCorner", pos).many(spaceGML, "upperCorner", pos)}).attr(srs)
	where := &element{kids: kids{}.many(spaceGML, "Point", one("pos", pos)).many(spaceGML, "LineString", one("posList", list)).
		many(spaceGML, "Polygon", one("exterior", exterior)).many(spaceGML, "Envelope", envelope)}
	k.many(spaceGeoRSS, "where", where).many(spaceGeoRSS, "point", pos).many(spaceGeoRSS, "line", list).many(spaceGeoRSS, "polygon", list).
		many(spaceGeoRSS, "featureTypeTag", text()).many(spaceGeoRSS, "relationshipTag", text()).many(spaceGeoRSS, "featureName", text()).
		many(spaceGeoRSS, "featurename", text()).many(spaceGeoRSS, "box", list).
		many(spaceGeoRSS, "elev", text(signedFloat)).many(spaceGeoRSS, "floor", text(integer)).many(spaceGeoRSS, "radius", text(float))
	delete(k, name{spaceGeoRSS, "featurename"})
}

var coordinate = regexp.MustCompile(`^[-+]?\d+\.?\d*$`)

func position(c *checker, n *node, v val) {
	first, second, ok := strings.Cut(v.s, " ")
	if !ok {
		if first, second, ok = strings.Cut(v.s, ","); ok && coordinate.MatchString(first) && coordinate.MatchString(second) {
			c.wrong("georss-comma", v, "a space between the two")
			return
		}
	}
	if !coordinate.MatchString(first) || !coordinate.MatchString(second) {
		c.wrong("georss-position", v, "a latitude and a longitude, such as 59.33 18.06")
	}
}

var pairsWithCommas = regexp.MustCompile(`^\s*[-+.0-9]+\s*,\s*[-+.0-9]+(\s+[-+.0-9]+\s*,\s*[-+.0-9]+)+\s*$`)

func positions(c *checker, n *node, v val) {
	s := v.s
	if strings.Contains(s, ",") {
		if !pairsWithCommas.MatchString(s) {
			c.wrong("georss-positions", v, "pairs of latitude and longitude")
			return
		}
		c.wrong("georss-comma", v, "spaces between the numbers")
		s = strings.ReplaceAll(s, ",", " ")
	}
	fields := strings.Fields(s)
	if len(fields) < 3 || len(fields)%2 == 1 {
		c.wrong("georss-positions", v, "at least two pairs of latitude and longitude")
		return
	}
	for _, f := range fields {
		if !coordinate.MatchString(f) {
			c.wrong("georss-positions", v, "pairs of latitude and longitude")
			return
		}
	}
}
