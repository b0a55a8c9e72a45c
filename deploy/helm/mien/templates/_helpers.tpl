{{- define "mien.labels" -}}
{{ include "mien.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "mien.selector" -}}
app.kubernetes.io/name: mien
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "mien.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}-mien
{{- end }}

{{- define "mien.isSeveral" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}yes{{ end -}}
{{- end }}
