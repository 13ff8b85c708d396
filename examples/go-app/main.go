// The model of late flights as a CDK app in Go.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	pipeline "github.com/cdk-model-pipeline/cdk-model-pipeline-go/cdkmodelpipeline"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("LateFlights"), nil)
	pipeline.NewModelPipeline(stack, jsii.String("Model"), &pipeline.ModelPipelineProps{
		PipelineName: jsii.String("late-flights"),
		Training: &pipeline.TrainingProps{
			Source:          jsii.String("../flights/source"),
			Hyperparameters: &map[string]*string{"max-iter": jsii.String("200")},
		},
		Data: &pipeline.TrainingDataProps{Label: jsii.String("late")},
		Promotion: &pipeline.PromotionPolicyProps{
			Rules: &[]pipeline.PromotionRule{
				pipeline.PromotionRule_Superior(nil),
				pipeline.PromotionRule_AtLeast(jsii.Number(0.7)),
			},
		},
		ReleaseStrategy: pipeline.ReleaseStrategy_BlueGreen(&pipeline.BlueGreenOptions{
			Canary:       jsii.Numbers(0.05, 0.25),
			StepDuration: awscdk.Duration_Minutes(jsii.Number(15)),
			BakeTime:     awscdk.Duration_Hours(jsii.Number(1)),
		}),
		Retraining: &pipeline.RetrainingTriggerOptions{
			OnDrift:   jsii.Bool(true),
			OnNewData: jsii.Bool(true),
		},
	})
	app.Synth(nil)
}
