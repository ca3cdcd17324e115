package sample

import (
	"reflect"

	"skrin/web/console/page"
)

// Hostile are the ordinary samples, with every text on them that people or apps
// could have written replaced by one: names, labels, addresses, ids, what was
// typed. What they are made of otherwise stays as it is.
func Hostile(text string) []Sample {
	all := All()
	for i := range all {
		replaced := replace(reflect.ValueOf(all[i].Page), text)
		all[i].Page = replaced.Interface().(page.Page)
		f := &all[i].Frame
		f.Host, f.Here = text, f.Here+"&x="+text
		for _, s := range []*string{&f.Name, &f.App, &f.Request} {
			if *s != "" {
				*s = text
			}
		}
	}
	return all
}

// kept are fields that the program sets itself, from fixed words.
var kept = map[string]bool{"Action": true, "Key": true, "Field": true, "Next": true, "Back": true, "Groups": true, "Made": true}

// replace is a copy of a value with other texts in it.
func replace(v reflect.Value, text string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.String() != "" {
			out.SetString(text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && !kept[field.Name] {
				out.Field(i).Set(replace(v.Field(i), text))
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(replace(v.Index(i), text))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(replace(v.Elem(), text))
		}
	}
	return out
}
