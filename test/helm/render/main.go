// Renders the templates of a chart as Helm does: Go's text/template with sprig and the functions that Helm adds.
// Usage: render CHART-FOLDER VALUES-AS-JSON
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/ghodss/yaml"
)

type files struct{ root string }

func (f files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(f.root, name))
	if err != nil {
		return ""
	}
	return string(text)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) map[string]interface{} {
	text, err := os.ReadFile(path)
	check(err)
	found := map[string]interface{}{}
	check(yaml.Unmarshal(text, &found))
	return found
}

func merge(base, over map[string]interface{}) map[string]interface{} {
	for name, value := range over {
		below, isMap := value.(map[string]interface{})
		old, wasMap := base[name].(map[string]interface{})
		if isMap && wasMap {
			base[name] = merge(old, below)
		} else {
			base[name] = value
		}
	}
	return base
}

func functions(all *template.Template) template.FuncMap {
	known := sprig.TxtFuncMap()
	delete(known, "env")
	delete(known, "expandenv")
	known["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		check(err)
		return strings.TrimSuffix(string(text), "\n")
	}
	known["toJson"] = func(value interface{}) string {
		text, err := json.Marshal(value)
		check(err)
		return string(text)
	}
	known["include"] = func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	known["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	known["fail"] = func(message string) (string, error) { return "", fmt.Errorf("%s", message) }
	return known
}

func main() {
	chart := os.Args[1]
	over := map[string]interface{}{}
	check(json.Unmarshal([]byte(os.Args[2]), &over))
	about := read(filepath.Join(chart, "Chart.yaml"))
	data := map[string]interface{}{
		"Values":  merge(read(filepath.Join(chart, "values.yaml")), over),
		"Release": map[string]interface{}{"Name": "house", "Namespace": "login", "Service": "Helm"},
		"Chart":   map[string]interface{}{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Files":   files{chart},
	}
	all := template.New("chart").Option("missingkey=zero")
	all.Funcs(functions(all))
	found, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	check(err)
	for _, path := range found {
		text, err := os.ReadFile(path)
		check(err)
		_, err = all.New(filepath.Base(path)).Parse(string(text))
		check(err)
	}
	rendered := map[string]string{}
	for _, path := range found {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var out bytes.Buffer
		check(all.ExecuteTemplate(&out, name, data))
		rendered[name] = out.String()
	}
	check(json.NewEncoder(os.Stdout).Encode(rendered))
}
