# Writes delong.json: paired DeLong tests of pROC on its data set aSAH (Turck et al., Intensive Care Medicine
# 36 (2010), p. 107; 113 patients with aneurysmal subarachnoid haemorrhage).
#
# Usage: Rscript delong.R > delong.json
suppressMessages(library(pROC))
data(aSAH)

number <- function(x) formatC(unname(x), digits = 15, format = "g")
column <- function(x) paste0("[", paste(as.numeric(x), collapse = ", "), "]")
labels <- as.integer(aSAH$outcome == "Poor")
score <- list(s100b = aSAH$s100b, ndka = aSAH$ndka, wfns = as.numeric(aSAH$wfns))
curve <- lapply(score, function(x) roc(labels, x, levels = c(0, 1), direction = "<"))

compare <- function(first, second) {
  two <- roc.test(curve[[second]], curve[[first]], method = "delong", paired = TRUE)
  greater <- roc.test(curve[[second]], curve[[first]], method = "delong", paired = TRUE, alternative = "greater")
  sprintf('  {"first": "%s", "second": "%s", "z": %s, "pValueTwoSided": %s, "pValueGreater": %s}',
          first, second, number(two$statistic), number(two$p.value), number(greater$p.value))
}

cat(sprintf('{
 "versions": {"R": "%s", "pROC": "%s"},
 "labels": %s,
 "scores": {"s100b": %s, "ndka": %s, "wfns": %s},
 "auc": {"s100b": %s, "ndka": %s, "wfns": %s},
 "standardError": {"s100b": %s, "ndka": %s, "wfns": %s},
 "tests": [
%s
 ]
}
', as.character(getRversion()), as.character(packageVersion("pROC")), column(labels),
  column(score$s100b), column(score$ndka), column(score$wfns),
  number(auc(curve$s100b)), number(auc(curve$ndka)), number(auc(curve$wfns)),
  number(sqrt(var(curve$s100b))), number(sqrt(var(curve$ndka))), number(sqrt(var(curve$wfns))),
  paste(compare("s100b", "wfns"), compare("s100b", "ndka"), compare("ndka", "wfns"), sep = ",\n")))
